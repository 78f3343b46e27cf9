# What wmidoctor cannot see from outside, read on the host itself. Nothing is
# changed. Run it in an elevated PowerShell on the host and save what it prints:
#   powershell -NoProfile -File host-facts.ps1 > facts.json
$account = {{account}}
$namespace = {{namespace}}

$facts = [ordered]@{}
$problems = @()

function Note([string] $name, [scriptblock] $read) {
    try {
        $value = & $read
        if ($null -ne $value) { $script:facts[$name] = $value }
    } catch {
        $script:problems += [ordered]@{ fact = $name; reason = $_.Exception.Message }
    }
}

function Value([string] $key, [string] $name) {
    $item = Get-ItemProperty -LiteralPath $key -ErrorAction SilentlyContinue
    if ($null -eq $item) { return $null }
    return $item.$name
}

$ole = 'HKLM:\SOFTWARE\Microsoft\Ole'
$lsa = 'HKLM:\SYSTEM\CurrentControlSet\Control\Lsa'
$cimom = 'HKLM:\SOFTWARE\Microsoft\WBEM\CIMOM'
$system = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'

$computer = Get-WmiObject -Class Win32_ComputerSystem
$os = Get-WmiObject -Class Win32_OperatingSystem

Note 'os.build' { [int] $os.BuildNumber }
Note 'os.caption' { [string] $os.Caption }
Note 'os.home_edition' { (2, 3, 5, 11, 26, 98, 99, 100, 101) -contains [int] $os.OperatingSystemSKU }
Note 'domain_role' { [int] $computer.DomainRole }
Note 'os.secure_channel_broken' {
    if ((1, 3) -contains [int] $computer.DomainRole) { -not (Test-ComputerSecureChannel) }
}

Note 'dcom.disabled' { (Value $ole 'EnableDCOM') -eq 'N' }
Note 'dcom.limits_by_policy' {
    $policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\DCOM'
    ($null -ne (Value $policy 'MachineLaunchRestriction')) -or ($null -ne (Value $policy 'MachineAccessRestriction'))
}
Note 'dcom.wmi_launch_permission' {
    $null -ne (Value 'HKLM:\SOFTWARE\Classes\AppID\{8BC3F05E-D86B-11D0-A075-00C04FB68820}' 'LaunchPermission')
}

Note 'registry.filter_admin_token' { (Value $system 'FilterAdministratorToken') -eq 1 }
Note 'registry.token_filter_policy' { (Value $system 'LocalAccountTokenFilterPolicy') -eq 1 }
Note 'registry.force_guest' { (Value $lsa 'forceguest') -eq 1 }
Note 'registry.ntlm_incoming_denied' { (Value ($lsa + '\MSV1_0') 'RestrictReceivingNTLMTraffic') -eq 2 }
Note 'wmi.anonymous_callback_refused' { (Value $cimom 'AllowAnonymousCallback') -ne 1 }
Note 'wmi.unsecapp_access_default' { [string] (Value $cimom 'UnsecAppAccessControlDefault') -eq '1' }

Note 'service.rpcss' { [string] (Get-Service -Name RpcSs).Status }
Note 'service.winmgmt' { [string] (Get-Service -Name Winmgmt).Status }
Note 'service.winmgmt_start' { [string] (Get-WmiObject -Class Win32_Service -Filter "Name='Winmgmt'").StartMode }

Note 'firewall.profile_public' {
    @(Get-NetConnectionProfile | Where-Object { $_.NetworkCategory -eq 'Public' }).Count -gt 0
}
Note 'firewall.wmi_rules_on' {
    @(Get-NetFirewallRule -PolicyStore ActiveStore -Group '@FirewallAPI.dll,-34251' |
        Where-Object { $_.Enabled -eq 'True' -and $_.Direction -eq 'Inbound' -and $_.Action -eq 'Allow' }).Count -gt 0
}
Note 'firewall.block_rule' {
    $ports = Get-NetFirewallRule -PolicyStore ActiveStore -Action Block -Direction Inbound -Enabled True -ErrorAction SilentlyContinue |
        Get-NetFirewallPortFilter | Where-Object { $_.LocalPort -eq '135' -or $_.LocalPort -eq 'RPCEPMap' -or $_.LocalPort -eq 'Any' }
    @($ports).Count -gt 0
}
Note 'firewall.outbound_blocked' {
    @(Get-NetFirewallProfile -PolicyStore ActiveStore | Where-Object { $_.Enabled -eq 'True' -and $_.DefaultOutboundAction -eq 'Block' }).Count -gt 0
}
Note 'firewall.ipsec_required' {
    @(Get-NetIPsecRule -PolicyStore ActiveStore -ErrorAction SilentlyContinue | Where-Object { $_.InboundSecurity -eq 'Require' }).Count -gt 0
}
Note 'rpc.filter_present' { (netsh rpc filter show filter | Out-String) -match 'filterKey' }

if ($account -ne '') {
    $sid = $null
    Note 'account.sid_known' {
        $script:sid = (New-Object Security.Principal.NTAccount $account).Translate([Security.Principal.SecurityIdentifier])
        $true
    }
    if ($null -ne $sid) {
        Note 'account.rid' { [int64] ($sid.Value -split '-')[-1] }
        Note 'account.member_of_562' {
            $group = (New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-562').Translate([Security.Principal.NTAccount]).Value -replace '^.*\\', ''
            $members = ([ADSI] ('WinNT://./' + $group + ',group')).psbase.Invoke('Members')
            $found = $false
            foreach ($m in @($members)) {
                $bytes = $m.GetType().InvokeMember('objectSid', 'GetProperty', $null, $m, $null)
                if ((New-Object Security.Principal.SecurityIdentifier ([byte[]] $bytes), 0).Value -eq $sid.Value) { $found = $true }
            }
            $found
        }
        Note 'namespace.account_denied' {
            $security = Get-WmiObject -Namespace $namespace -Class __SystemSecurity
            $bytes = $security.PSBase.InvokeMethod('GetSD', $null, $null).SD
            $descriptor = New-Object Security.AccessControl.RawSecurityDescriptor ([byte[]] $bytes), 0
            $denied = $false
            foreach ($ace in $descriptor.DiscretionaryAcl) {
                if ($ace.AceType -eq 'AccessDenied' -and $ace.SecurityIdentifier -eq $sid) { $denied = $true }
            }
            $denied
        }
    }
}

[ordered]@{
    schema   = 'wmidoctor/host-facts/1'
    computer = [string] $computer.Name
    taken    = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    facts    = $facts
    errors   = @($problems)
} | ConvertTo-Json -Depth 5
