# Completion of kubectl-tarnfui for fish: kubectl-tarnfui completion fish | source

function __kubectl_tarnfui_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l prefix (string match -r -- '^-.*=' "$words[-1]")
    for line in (kubectl-tarnfui __complete $words[2..-1] 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path (commandline -ct)
            case ':*'
            case '*'
                echo "$prefix$line"
        end
    end
end

complete -c kubectl-tarnfui -f -a '(__kubectl_tarnfui_complete)'
