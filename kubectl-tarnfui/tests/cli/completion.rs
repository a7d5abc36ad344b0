//! `completion`: what kubectl is told when tab is pressed, and how it comes to ask.

use std::fs;
use std::os::unix::fs::symlink;

use kubectl_tarnfui::Exit;

use crate::world::{PARIS, SUNDAY, World, world};

fn three() -> World {
    world()
        .namespace("blog", &[])
        .namespace("shop", &PARIS)
        .namespace("shop-test", &[("schedule", "a\tb\nc")])
}

#[test]
fn names_come_from_the_cluster() {
    let ran = three().run(SUNDAY, "__complete wake sh");
    let expect = "shop\tMon-Fri 08:00-20:00\nshop-test\ta b c\n:4\n";
    ran.shows(Exit::Done, expect, "").wrote_nothing();
    assert_eq!(ran.reads, 1);
    let ran = three().run(SUNDAY, "__complete wake blog shop ''");
    ran.shows(Exit::Done, "shop-test\ta b c\n:4\n", "");
}

#[test]
fn what_fails_is_no_candidate_and_nothing_is_said() {
    let ran = three()
        .forbid("list namespaces")
        .run(SUNDAY, "__complete wake sh");
    ran.shows(Exit::Done, ":4\n", "");
    let away = three().with(|fake| fake.instead = Some((502, "Bad Gateway")));
    away.run(SUNDAY, "__complete -n ''")
        .shows(Exit::Done, ":4\n", "");
}

#[test]
fn flags_and_values_need_no_cluster() {
    let ran = three().run(SUNDAY, "__complete status -o y");
    let expect = "yaml\tThe same document as YAML; of an order, the namespaces themselves\n:4\n";
    ran.shows(Exit::Done, expect, "");
    assert_eq!(ran.reads, 0);
    three()
        .run(SUNDAY, "__complete explain -f ''")
        .shows(Exit::Done, ":0\n", "");
}

#[test]
fn contexts_clusters_and_users_come_from_the_kubeconfig() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config");
    fs::write(
        &path,
        "apiVersion: v1\nkind: Config\ncurrent-context: dev\n\
         contexts: [{name: dev, context: {cluster: one, user: dana, namespace: shop}},\
         {name: live, context: {cluster: two, user: kim}}]\n\
         clusters: [{name: one, cluster: {server: 'https://one'}}]\n\
         users: [{name: dana, user: {token: secret}}]\n",
    )
    .unwrap();
    let kubeconfig = path.display();
    let check = |command: &str, expect: &str| {
        let command = format!("__complete --kubeconfig {kubeconfig} {command}");
        let ran = three().run(SUNDAY, &command);
        ran.shows(Exit::Done, expect, "");
        assert_eq!((ran.reads, ran.connections), (0, 0), "{command}");
    };
    let all = "dev\tone, namespace shop\nlive\ttwo\n:4\n";
    check("status --context ''", all);
    check("status --context=l", "live\ttwo\n:4\n");
    check("--cluster ''", "one\thttps://one\n:4\n");
    check("wake shop --user d", "dana\n:4\n");
    // One that can't be read has no names, and nothing is said.
    fs::write(&path, "users: [{name: a, user: {token: secret}}").unwrap();
    check("status --context ''", ":4\n");
}

#[test]
fn the_name_that_kubectl_looks_for_is_enough() {
    let words = ["/opt/bin/kubectl_complete-tarnfui", "resume", "blo"];
    let ran = three().run_words(SUNDAY, words.map(str::to_owned).to_vec(), vec![]);
    ran.shows(Exit::Done, "blog\n:4\n", "");
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = world().run(SUNDAY, &format!("completion {shell}"));
        assert_eq!((ran.exit, ran.reads), (Exit::Done, 0));
        assert!(ran.out.contains("kubectl-tarnfui __complete"), "{ran:?}");
    }
    let ran = world().run(SUNDAY, "completion basch");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(ran.err.contains("did you mean bash?"), "{ran:?}");
}

#[test]
fn the_link_is_put_beside_the_program_and_never_over_what_is_not_ours() {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("kubectl-tarnfui");
    fs::write(&program, "").unwrap();
    let link = directory.path().join("kubectl_complete-tarnfui");
    let shown = link.display();
    let world = world().program(program);
    let note = "note: kubectl's own completion has to be on: kubectl completion --help\n";
    let ours = || {
        assert_eq!(
            fs::read_link(&link).unwrap().to_str(),
            Some("kubectl-tarnfui")
        );
    };

    let done = format!("{shown} completes kubectl tarnfui\n");
    world
        .run(SUNDAY, "completion install")
        .shows(Exit::Done, &done, note);
    ours();
    let again = format!("{shown} completes already: kubectl tarnfui\n");
    world
        .run(SUNDAY, "completion install")
        .shows(Exit::Done, &again, note);
    // One that points to where the program was before is ours as well.
    fs::remove_file(&link).unwrap();
    symlink("/elsewhere/kubectl-tarnfui", &link).unwrap();
    world
        .run(SUNDAY, "completion install")
        .shows(Exit::Done, &done, note);
    ours();

    let refused = format!(
        "error: {shown} is there and is not ours\nhint: see what it is; then: rm {shown}\n"
    );
    fs::remove_file(&link).unwrap();
    fs::write(&link, "theirs").unwrap();
    world
        .run(SUNDAY, "completion install")
        .shows(Exit::Failed, "", &refused);
    assert_eq!(fs::read_to_string(&link).unwrap(), "theirs");
    fs::remove_file(&link).unwrap();
    symlink("/elsewhere/other", &link).unwrap();
    world
        .run(SUNDAY, "completion install")
        .shows(Exit::Failed, "", &refused);
    assert_eq!(
        fs::read_link(&link).unwrap().to_str(),
        Some("/elsewhere/other")
    );
}

#[test]
fn where_the_program_is_has_to_be_known() {
    world().run(SUNDAY, "completion install").shows(
        Exit::Failed,
        "",
        "error: can't tell where this program is\n\
         hint: put a link named kubectl_complete-tarnfui to it on the PATH\n",
    );
}
