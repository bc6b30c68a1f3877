# Intune remediation, remediation script (run as SYSTEM): scans all homes anew and tells the result. It changes
# no setting of any user; what is to be done is in the report.
# Of a 32-bit PowerShell as well.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$program = "$programs\shadowscan\shadowscan.exe"
$folder = "$env:ProgramData\shadowscan"
if (-not (Test-Path -LiteralPath $program)) { Write-Output 'NOT INSTALLED'; exit 1 }
# Everybody may make folders in ProgramData: one that a user has made, or a link, is nowhere to keep a result.
$trusted = 'S-1-5-18', 'S-1-5-32-544'
if (-not (Test-Path -LiteralPath $folder)) { New-Item -ItemType Directory -Path $folder -ErrorAction SilentlyContinue | Out-Null }
$kept = Get-Item -LiteralPath $folder -Force -ErrorAction SilentlyContinue
$owner = if ($kept) { (Get-Acl -LiteralPath $folder).GetOwner([Security.Principal.SecurityIdentifier]).Value } else { '' }
if ($trusted -notcontains $owner -or -not $kept.PSIsContainer -or ($kept.Attributes -band [IO.FileAttributes]::ReparsePoint)) {
  Write-Output 'SCAN FAILED: the folder of the result is not there or belongs to somebody else; remove it'
  exit 1
}
& "$env:SystemRoot\System32\icacls.exe" $folder /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' 2>$null | Out-Null
& $program scan --all-users --exit-zero --output "$folder\report.json" 2>$null
if ($LASTEXITCODE -ne 0) { Write-Output 'SCAN FAILED'; exit 1 }
& $program report --format intune "$folder\report.json" 2>$null
exit 0
