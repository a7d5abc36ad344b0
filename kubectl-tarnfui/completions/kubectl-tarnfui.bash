# Completion of kubectl-tarnfui for bash: source <(kubectl-tarnfui completion bash)

_kubectl_tarnfui() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :0) compopt -o default ;;
            :*) ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <(kubectl-tarnfui __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -F _kubectl_tarnfui kubectl-tarnfui
