//! The question that is asked before anything is sent to somebody's cluster.

use std::io::{self, BufRead as _, IsTerminal as _};

use tokio::sync::oneshot;

use crate::demo::cast::Namespace;
use crate::demo::screen::{Colour, Screen};
use crate::demo::tenancy::Tenancy;

use super::refusal::Refusal;

/// What somebody has to know to answer.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// The context, by its name in the kubeconfig.
    pub(super) context: &'a str,
    /// The address of its API server.
    pub(super) server: &'a str,
    /// What is to be made.
    pub(super) namespaces: &'a [Namespace],
}

impl Question<'_> {
    /// What is to be done, each line in less than eighty columns unless names are long.
    fn text(&self) -> String {
        let Self {
            context,
            server,
            namespaces,
        } = self;
        let home = Tenancy::Guest.home();
        let workloads = namespaces.iter().flat_map(|it| &it.workloads);
        let pods = workloads.clone().filter_map(|it| it.original.replicas());
        let (workloads, pods) = (workloads.count(), pods.sum::<i32>());
        let places: Vec<&str> = namespaces.iter().map(|it| &*it.place).collect();
        let places = places.join(", ");
        format!(
            "This is for the cluster of the context {context},\n\
             at {server}.\n\
             \n  It makes    the namespaces {home},\n              {places},\
             \n              with {workloads} workloads of {pods} pods that do nothing.\
             \n  It runs     two controllers on this machine, as you, which read the workloads\
             \n              of all namespaces, and change those of these alone.\
             \n  It removes  these namespaces at the end, also on ctrl-C.\n"
        )
    }

    /// Asks, unless it is agreed to already. Not on this thread: ctrl-C is an answer too.
    pub(super) async fn ask(&self, is_agreed: bool, screen: &mut Screen) -> Result<(), Refusal> {
        screen.say(&self.text());
        if is_agreed {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(Refusal::NobodyToAsk);
        }
        screen.ask(
            &screen
                .paint()
                .paint(Colour::Bold, "Go on? Only yes goes on: "),
        );
        let (sender, answer) = oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            // What can't be read is no yes.
            let _ = io::stdin().lock().read_line(&mut line);
            sender.send(line)
        });
        let answer = answer.await.unwrap_or_default();
        screen.say("");
        if is_yes(&answer) {
            Ok(())
        } else {
            Err(Refusal::Declined)
        }
    }
}

/// The whole word: a habit of typing `y` is no decision.
fn is_yes(answer: &str) -> bool {
    answer.trim() == "yes"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::cast;

    #[test]
    fn only_the_whole_word_is_a_yes() {
        for yes in ["yes\n", " yes \r\n", "yes"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "y\n", "Yes\n", "yes please\n", "no\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn it_says_where_and_what() {
        let start = "2026-11-22T12:00:00Z".parse().unwrap();
        let namespaces = cast::namespaces(start, Tenancy::Guest).unwrap();
        let question = Question {
            context: "kind-dev",
            server: "https://127.0.0.1:6443",
            namespaces: &namespaces,
        };
        let text = question.text();
        for part in [
            "the context kind-dev,",
            "https://127.0.0.1:6443",
            "the namespaces tarnfui-demo,\n",
            "tarnfui-demo-shop, tarnfui-demo-lab, tarnfui-demo-batch,\n",
            "with 7 workloads of 18 pods",
        ] {
            assert!(text.contains(part), "{part} in:\n{text}");
        }
        for line in text.lines() {
            assert!(line.chars().count() < 80, "{line}");
        }
    }
}
