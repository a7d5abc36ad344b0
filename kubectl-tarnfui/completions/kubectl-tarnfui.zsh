#compdef kubectl-tarnfui
# Completion of kubectl-tarnfui for zsh: source <(kubectl-tarnfui completion zsh)

_kubectl_tarnfui() {
    local line value tab=$'\t'
    local -a candidates
    local -i files=0
    while IFS= read -r line; do
        case $line in
            :0) files=1 ;;
            :*) ;;
            *)
                value=${line%%$tab*}
                value=${value//:/\\:}
                if [[ $line == *$tab* ]]; then
                    candidates+=("$value:${line#*$tab}")
                else
                    candidates+=("$value")
                fi
                ;;
        esac
    done < <(kubectl-tarnfui __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    [[ ${words[CURRENT]} == -*=* ]] && compset -P '*='
    if (( files )); then
        _files
    else
        _describe 'candidate' candidates
    fi
}

compdef _kubectl_tarnfui kubectl-tarnfui
