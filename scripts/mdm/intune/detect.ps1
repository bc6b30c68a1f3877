# Intune remediation, detection script (run as SYSTEM, in 64-bit PowerShell). Ends with 1 when the last result
# is bad, too old or missing, which starts the remediation. At most 2,048 characters are printed, and nothing
# goes to the error stream.
# Of a 32-bit PowerShell as well.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$program = "$programs\shadowscan\shadowscan.exe"
$result = "$env:ProgramData\shadowscan\report.json"
if (-not (Test-Path -LiteralPath $program)) { Write-Output 'NOT INSTALLED'; exit 1 }
& $program report --format intune $result 2>$null
exit $LASTEXITCODE
