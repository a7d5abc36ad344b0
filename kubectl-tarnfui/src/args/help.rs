//! Examples for the help texts, as people would type them.

pub(super) const TOP: &str = "\
Examples:
  kubectl tarnfui status                   what sleeps, why, and what comes next
  kubectl tarnfui explain shop             why shop is awake or asleep
  kubectl tarnfui snooze shop --for 2h     put off its next transition
  kubectl tarnfui wake shop --until 22:00  awake until then
  kubectl tarnfui resume shop              back to its hours

All flags of a verb: kubectl tarnfui VERB --help";

pub(super) const STATUS: &str = "\
Examples:
  kubectl tarnfui status                      every namespace with rules
  kubectl tarnfui status shop                 one, its workloads and problems
  kubectl tarnfui status -l team=web -o wide  some, with more columns
  kubectl tarnfui status -o json              a document for scripts
  kubectl tarnfui status --exit-code          3 where something is wrong
  kubectl tarnfui status -w                   and what becomes of it

CORES and GIB of -o wide are what the pods that sleep would ask for.";

pub(super) const EXPLAIN: &str = "\
Examples:
  kubectl tarnfui explain shop
  kubectl tarnfui explain shop/deployment/web
  kubectl tarnfui explain shop --at 2026-12-25T09:00:00+01:00
  kubectl tarnfui explain -f namespaces.yaml --at 2026-12-25T09:00:00Z -o json
  kustomize build . | kubectl tarnfui explain -f - --config-file config.yaml";

pub(super) const PENDING: &str = "\
Examples:
  kubectl tarnfui pending                     what changes until this time tomorrow
  kubectl tarnfui pending shop --within 7d    of one, in the week to come
  kubectl tarnfui pending -l team=web -o wide
  kubectl tarnfui pending --within 1h -o json

WORKLOADS and REPLICAS are how many it puts to sleep, or wakes.";
pub(super) const SAVED: &str = "\
Examples:
  kubectl tarnfui saved                       every workload with a mark
  kubectl tarnfui saved shop -o wide          those of one namespace, with more columns
  kubectl tarnfui saved -l team=web -o json   a document for scripts
  kubectl tarnfui saved shop --forget deployment/web --dry-run
  kubectl tarnfui saved shop --forget deployment/web --yes

CORES and GIB are what the pods that sleep would ask for.
--forget leaves the workload as it is: it stays down until somebody starts it.";

pub(super) const RESTORE: &str = "\
While a controller leads, `wake` is the way: it would put to sleep again what is restored. Waves are
not waited for.

Examples:
  kubectl tarnfui restore shop
  kubectl tarnfui restore shop/deployment/web --dry-run
  kubectl tarnfui restore -A --yes
  kubectl tarnfui restore shop/deployment/odd --replicas 3   where the mark can't be read";

pub(super) const WAKE: &str = "\
Examples:
  kubectl tarnfui wake shop                            for two hours
  kubectl tarnfui wake shop --for 30m --reason demo
  kubectl tarnfui wake shop blog --until \"tomorrow 9:00\"
  kubectl tarnfui wake -l team=web --until 22:00
  kubectl tarnfui wake shop --wait                     and wait until its pods are ready
  kubectl tarnfui wake shop --forever --dry-run=client -o yaml

A time without a zone is in the namespace's own.";

pub(super) const SLEEP: &str = "\
Examples:
  kubectl tarnfui sleep shop                           until its hours next start
  kubectl tarnfui sleep shop --until \"Mon 8:00\" --reason \"trade fair\"
  kubectl tarnfui sleep -l team=web --for 12h
  kubectl tarnfui sleep shop --forever

A time without a zone is in the namespace's own.";

pub(super) const SNOOZE: &str = "\
Awake, it goes to sleep later than it would; asleep, it wakes later than it would.

Examples:
  kubectl tarnfui snooze shop                          by an hour
  kubectl tarnfui snooze namespace shop --for 2h
  kubectl tarnfui snooze shop --until 22:00 --reason \"late deploy\"
  kubectl tarnfui snooze -A --for 30m --yes

A time without a zone is in the namespace's own.";

pub(super) const RESUME: &str = "\
Examples:
  kubectl tarnfui resume shop
  kubectl tarnfui resume -l team=web
  kubectl tarnfui resume -A --yes";

pub(super) const DOCTOR: &str = "\
Examples:
  kubectl tarnfui doctor
  kubectl tarnfui doctor -n shop                       with your rights in shop
  kubectl tarnfui doctor -o json

The exit code is 3 where a check is a problem; what is unknown, for want of a right, is none.";

pub(super) const COMPLETION: &str = "\
Examples:
  kubectl tarnfui completion install      then kubectl completes `kubectl tarnfui`
  kubectl tarnfui completion bash         for who types kubectl-tarnfui

kubectl has to complete itself for that: kubectl completion --help";

pub(super) const SIMULATE: &str = "\
Replicas are those of the manifests, and nobody calls: no requests, no autoscalers.

Examples:
  kubectl tarnfui simulate -f deploy/
  kubectl tarnfui simulate -f deploy/ --from 2026-12-21 --to 2027-01-04
  kubectl tarnfui simulate -f deploy/ --config-file config.yaml -o json
  kubectl tarnfui simulate -f deploy/ --diff ../main/deploy --exit-code";

pub(super) const LINT: &str = "\
A line each, with its place; exit code 0 unless --exit-code is given.

Examples:
  kubectl tarnfui lint -f deploy/
  kubectl tarnfui lint -f deploy/ --config-file config.yaml --exit-code
  kustomize build . | kubectl tarnfui lint -f -
  kubectl tarnfui lint -f deploy/ -o sarif";

pub(super) const VERSION: &str = "\
Examples:
  kubectl tarnfui version
  kubectl tarnfui version --client -o json";
