<#
Installs a binary on Windows without a package manager, or removes it; as administrator or SYSTEM:
  install.ps1 -Binary shadowscan-windows-x64.exe -Sums SHA256SUMS -Signature SHA256SUMS.minisig -Key PUBLIC_KEY -Minisign C:\...\minisign.exe
  install.ps1 -Binary shadowscan-windows-x64.exe -Sums SHA256SUMS -Unsigned    where SHA256SUMS came another trusted way
  install.ps1 -Uninstall [-Purge]                                              with -Purge also what scans have kept
Windows has nothing that checks a signature of minisign, so its program is named. Everything is checked on copies
below Program Files, which users cannot exchange. While a scan runs, Windows does not replace its program: call again.
An older version than the one that is installed is refused without -Downgrade: it was signed once, too. The folder of
results below ProgramData is made here, since everybody may make folders there.
#>
[CmdletBinding()]
param(
  [string]$Binary, [string]$Sums, [string]$Signature, [string]$Key, [string]$Minisign,
  [switch]$Unsigned, [switch]$Uninstall, [switch]$Purge, [switch]$Downgrade
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Stop-Install([string]$Text) {
  [Console]::Error.WriteLine("install.ps1: $Text")
  exit 2
}

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$isAdministrator = ([Security.Principal.WindowsPrincipal]$identity).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
if (-not $isAdministrator) { Stop-Install 'must be run as administrator' }

# From the system and not from variables of whoever calls.
$programs = [Environment]::GetFolderPath('ProgramFiles')
$data = [Environment]::GetFolderPath('CommonApplicationData')
$folder = Join-Path $programs 'shadowscan'
$program = Join-Path $folder 'shadowscan.exe'
if ((Test-Path -LiteralPath $folder) -and
  ((Get-Item -LiteralPath $folder -Force).Attributes -band [IO.FileAttributes]::ReparsePoint)) {
  Stop-Install "$folder is a link; remove it"
}

# Whether a folder is no link, and belongs to SYSTEM or administrators.
function Test-OwnFolder([string]$Path) {
  $item = Get-Item -LiteralPath $Path -Force
  $owner = (Get-Acl -LiteralPath $Path).GetOwner([Security.Principal.SecurityIdentifier]).Value
  $item.PSIsContainer -and -not ($item.Attributes -band [IO.FileAttributes]::ReparsePoint) -and
    ('S-1-5-18', 'S-1-5-32-544') -contains $owner
}

$kept = Join-Path $data 'shadowscan'
if ($Uninstall) {
  if ($Purge -and (Test-Path -LiteralPath $kept) -and -not (Test-OwnFolder $kept)) {
    Stop-Install "$kept is a link or belongs to somebody else; remove it by hand"
  }
  Get-ScheduledTask -TaskName 'shadowscan' -ErrorAction SilentlyContinue | Unregister-ScheduledTask -Confirm:$false
  if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
  if ($Purge -and (Test-Path -LiteralPath $kept)) { Remove-Item -LiteralPath $kept -Recurse -Force }
  Write-Output 'install.ps1: removed'
  exit 0
}

if (-not ($Binary -and (Test-Path -LiteralPath $Binary -PathType Leaf))) { Stop-Install 'name the binary to install' }
if (-not ($Sums -and (Test-Path -LiteralPath $Sums -PathType Leaf))) { Stop-Install '-Sums SHA256SUMS is missing' }
if ($Unsigned) {
  if ($Signature -or $Key) { Stop-Install '-Unsigned goes with neither -Signature nor -Key' }
} elseif (-not ($Signature -and $Key -and $Minisign)) {
  Stop-Install '-Signature, -Key and -Minisign are needed; see -Unsigned'
}

New-Item -ItemType Directory -Force -Path $folder | Out-Null
if (-not (Test-Path -LiteralPath $kept)) { New-Item -ItemType Directory -Path $kept | Out-Null }
if (-not (Test-OwnFolder $kept)) { Stop-Install "$kept is a link or belongs to somebody else; remove it" }
$icacls = Join-Path ([Environment]::SystemDirectory) 'icacls.exe'
& $icacls $kept /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
if ($LASTEXITCODE -ne 0) { Stop-Install "$kept cannot be closed to others" }
$fresh = Join-Path $folder ('.new-' + [Guid]::NewGuid().ToString('N'))
New-Item -ItemType Directory -Path $fresh | Out-Null
try {
  $name = Split-Path -Leaf $Binary
  $list = Join-Path $fresh 'SHA256SUMS'
  $new = Join-Path $fresh 'shadowscan.exe'
  Copy-Item -LiteralPath $Sums -Destination $list
  Copy-Item -LiteralPath $Binary -Destination $new
  if (-not $Unsigned) {
    Copy-Item -LiteralPath $Signature -Destination "$list.minisig"
    $how = if (Test-Path -LiteralPath $Key -PathType Leaf) { '-p' } else { '-P' }
    & $Minisign -Vqm $list $how $Key | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-Install 'the signature of SHA256SUMS is not one of this key; nothing was installed' }
  }
  $wanted = @(Get-Content -LiteralPath $list | Where-Object { $_ -match '^([0-9a-f]{64})  (.+)$' -and $Matches[2] -ceq $name } |
    ForEach-Object { $_.Substring(0, 64) })
  if ($wanted.Count -ne 1) { Stop-Install "SHA256SUMS does not list $name; it must be called as it was delivered" }
  $found = (Get-FileHash -LiteralPath $new -Algorithm SHA256).Hash.ToLowerInvariant()
  if ($found -cne $wanted[0]) { Stop-Install "$name is not what SHA256SUMS lists; nothing was installed" }
  & $new selftest
  if ($LASTEXITCODE -ne 0) { Stop-Install 'the program does not work on this machine; nothing was installed' }
  $version = [string](& $new --version)
  if ((Test-Path -LiteralPath $program) -and -not $Downgrade) {
    $old = [string](& $program --version)
    # What stands behind a hyphen is not compared.
    if ($old -and ([version]($version -replace '-.*') -lt [version]($old -replace '-.*'))) {
      Stop-Install "$version is older than $old, which is installed; -Downgrade takes it all the same"
    }
  }
  Move-Item -LiteralPath $new -Destination $program -Force
  Write-Output "install.ps1: $version is in $program"
} finally {
  Remove-Item -LiteralPath $fresh -Recurse -Force -ErrorAction SilentlyContinue
}
