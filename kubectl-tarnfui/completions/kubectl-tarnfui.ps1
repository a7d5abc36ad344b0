# Completion of kubectl-tarnfui for PowerShell:
# kubectl-tarnfui completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'kubectl-tarnfui' -ScriptBlock {
    param($word, $command, $position)
    $words = @($command.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    # An empty word would not reach a program: a blank stands for it.
    if ($word -eq '') { $words += ' ' }
    kubectl-tarnfui __complete @words 2>$null | Where-Object { $_ -notlike ':*' } | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
