//! What only a process of its own has: an environment, signals and a terminal.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::fake::Fake;
use crate::world::{World, shop};

/// A kubeconfig with one context.
fn config(context: &str, url: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {context}\n\
         contexts: [{{name: {context}, context: {{cluster: {context}, user: {context}}}}}]\n\
         clusters: [{{name: {context}, cluster: {{server: '{url}'}}}}]\n\
         users: [{{name: {context}, user: {{token: secret}}}}]\n"
    )
}

/// The program itself, with this list of kubeconfigs.
fn program(kubeconfig: &str, command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kubectl-tarnfui"));
    program
        .args(command.split(' '))
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .env("TERM", "xterm-256color");
    program
}

fn said(output: &Output) -> (i32, String) {
    assert_eq!(output.stdout, b"", "{output:?}");
    let err = String::from_utf8(output.stderr.clone()).unwrap();
    (output.status.code().unwrap(), err)
}

#[test]
fn several_kubeconfigs_are_one_and_the_first_says_which_context() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let first = file("first", &config("dev", "https://127.0.0.1:1"));
    let second = file("second", &config("live", "https://127.0.0.1:2"));
    let broken = file("broken", "users: [{name: a, user: {token: secret}}");
    let away = |port: u16| {
        format!(
            "error: the server at https://127.0.0.1:{port}/ can't be reached: Connection refused \
             (os error 111)\nhint: kubectl cluster-info\n"
        )
    };
    let run =
        |list: &[&str], command: &str| said(&program(&list.join(":"), command).output().unwrap());
    let both = [first.as_str(), "/does/not/exist", "", second.as_str()];
    assert_eq!(run(&both, "status"), (1, away(1)));
    assert_eq!(run(&both, "status --context live"), (1, away(2)));
    assert_eq!(
        run(&both, "status --context liev"),
        (
            1,
            "error: context \"liev\" does not exist; did you mean \"live\"?\n\
             hint: kubectl config get-contexts\n"
                .to_owned()
        )
    );
    let (exit, err) = run(&[&first, &broken], "wake shop");
    let start = format!("error: kubeconfig {broken:?} can't be read: ");
    assert!(err.starts_with(&start) && !err.contains("secret"), "{err}");
    assert_eq!((exit, err.lines().count()), (1, 2));
    let (exit, err) = run(&["/does/not/exist", "/nor/this"], "wake shop");
    assert_eq!(
        (exit, err.as_str()),
        (
            1,
            "error: no kubeconfig: none of /does/not/exist, /nor/this exists\n\
             hint: name one with --kubeconfig or $KUBECONFIG\n"
        )
    );
}

/// Serves a cluster over HTTP, and gives a kubeconfig for it.
fn served(world: &World, directory: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let fake = world.fake();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(&fake, stream.unwrap());
        }
    });
    let path = directory.join("config");
    std::fs::write(&path, config("dev", &url)).unwrap();
    path.display().to_string()
}

/// One request of one connection.
fn serve(fake: &Mutex<Fake>, mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = first.split(' ');
    let (Some(method), Some(uri)) = (words.next(), words.next()) else {
        return;
    };
    let (status, answer) =
        fake.lock()
            .unwrap()
            .answer(&method.parse().unwrap(), &uri.parse().unwrap(), &body);
    let answer = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all((head + &answer).as_bytes()).unwrap();
}

fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

/// A program that does not outlive a test that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended there is nothing to end.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// How long something to be printed is waited for: it takes milliseconds, and for ever where a test
/// fails.
const PATIENCE: Timespec = Timespec {
    tv_sec: 20,
    tv_nsec: 0,
};

/// Reads until `part` was printed, and gives everything so far.
fn until(from: &mut (impl Read + AsFd), part: &str) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if text.contains(part) {
            return text;
        }
        let ready = poll(&mut [PollFd::new(from, PollFlags::IN)], Some(&PATIENCE));
        assert_ne!(ready.unwrap(), 0, "no {part:?}: {text:?}");
        match from.read(&mut buffer) {
            Ok(0) => panic!("it ended without {part:?}: {text:?}"),
            Ok(read) => all.extend_from_slice(&buffer[..read]),
            Err(error) => panic!("{error}, without {part:?}: {text:?}"),
        }
    }
}

fn piped(kubeconfig: &str, command: &str) -> Running {
    let mut program = program(kubeconfig, command);
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    Running(program.spawn().unwrap())
}

/// How it ended, and what it said in the end; nothing more was printed.
fn ended(child: &mut Running) -> (i32, String) {
    let status = child.0.wait().unwrap();
    let rest = |from: &mut dyn Read| {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(rest(child.0.stdout.as_mut().unwrap()), "");
    let err = rest(child.0.stderr.as_mut().unwrap());
    (status.code().unwrap(), err)
}

#[test]
fn ctrl_c_ends_a_watch_with_130_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let kubeconfig = served(&shop(), directory.path());
    let mut child = piped(&kubeconfig, "status -w");
    until(child.0.stdout.as_mut().unwrap(), " shop ");
    interrupt(&child.0);
    assert_eq!(ended(&mut child), (130, String::new()));
}

#[test]
fn ctrl_c_ends_a_wait_with_130_and_says_that_the_order_stays() {
    let directory = tempfile::tempdir().unwrap();
    let world = shop().asleep("shop", "web", "3");
    let kubeconfig = served(&world, directory.path());
    let mut child = piped(&kubeconfig, "wake shop --forever --wait");
    let out = until(child.0.stdout.as_mut().unwrap(), "\n");
    assert!(out.starts_with("namespace/shop "), "{out}");
    // The sentence is out before the wait begins to listen; at its second look it does.
    wait_for_reads(&world.fake(), 10);
    interrupt(&child.0);
    assert_eq!(
        ended(&mut child),
        (130, "note: the order stays given\n".to_owned())
    );
}

fn wait_for_reads(fake: &Arc<Mutex<Fake>>, reads: usize) {
    while fake.lock().unwrap().reads < reads {
        std::thread::yield_now();
    }
}

/// A terminal of 80 columns: its other end, and itself.
fn terminal() -> (File, OwnedFd) {
    let other = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&other).unwrap();
    unlockpt(&other).unwrap();
    let name = ptsname(&other, Vec::new()).unwrap();
    let own = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&own, size).unwrap();
    (File::from(other), own.into())
}

/// Starts it on a terminal, interrupts it once `part` was drawn, and gives everything that was drawn.
fn interrupted_at(kubeconfig: &str, command: &str, part: &str) -> (Option<i32>, String) {
    interrupted_on("xterm-256color", kubeconfig, command, part)
}

fn interrupted_on(
    term: &str,
    kubeconfig: &str,
    command: &str,
    part: &str,
) -> (Option<i32>, String) {
    let (mut drawn, own) = terminal();
    let on = || Stdio::from(own.try_clone().unwrap());
    let mut program = program(kubeconfig, command);
    program
        .env("TERM", term)
        .stdin(on())
        .stdout(on())
        .stderr(on());
    let mut child = Running(program.spawn().unwrap());
    // It holds on to the terminal as well.
    drop(program);
    let mut all = until(&mut drawn, part);
    interrupt(&child.0);
    let status = child.0.wait().unwrap();
    drop(own);
    let mut rest = Vec::new();
    // A terminal that nobody holds any more gives an error in place of an end.
    match drawn.read_to_end(&mut rest) {
        Ok(_) => {}
        Err(error) => assert_ne!(error.kind(), ErrorKind::Interrupted),
    }
    all.push_str(&String::from_utf8_lossy(&rest));
    (status.code(), all)
}

#[test]
fn ctrl_c_gives_the_terminal_back_after_a_watch() {
    let directory = tempfile::tempdir().unwrap();
    let kubeconfig = served(&shop(), directory.path());
    let (exit, drawn) = interrupted_at(&kubeconfig, "status -w", "ctrl-C ends");
    assert_eq!(exit, Some(130), "{drawn:?}");
    assert!(
        drawn.ends_with("\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"),
        "{drawn:?}"
    );
}

#[test]
fn ctrl_c_gives_the_terminal_back_after_a_wait() {
    let directory = tempfile::tempdir().unwrap();
    let world = shop().asleep("shop", "web", "3");
    let kubeconfig = served(&world, directory.path());
    let command = "wake shop --forever --wait";
    let (exit, drawn) = interrupted_at(&kubeconfig, command, "0 of 3 ready");
    assert_eq!(exit, Some(130), "{drawn:?}");
    let (bars, after) = drawn.rsplit_once("\u{1b}[?25h").unwrap();
    assert!(bars.contains("\u{1b}[?25l"), "{drawn:?}");
    assert_eq!(after, "note: the order stays given\r\n");
}

#[test]
fn a_dumb_terminal_is_not_drawn_on() {
    let directory = tempfile::tempdir().unwrap();
    let kubeconfig = served(&shop(), directory.path());
    let (exit, said) = interrupted_on("dumb", &kubeconfig, "status -w", "shop ");
    assert_eq!(exit, Some(130), "{said:?}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}
