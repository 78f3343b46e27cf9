#!/bin/bash
# sambaad.sh up|down DIR NS ADDRESS OURS: an Active Directory domain of our own
# for tests. Samba runs as domain controller dc1.lab.test of LAB.TEST in the
# network namespace NS at ADDRESS; this machine reaches it from OURS. Everything
# it writes is under DIR. Needs root.
set -euo pipefail
DIR=$2 NS=$3 ADDRESS=$4 OURS=$5
AD=$DIR/ad CONF=$DIR/ad/etc/smb.conf DB=$DIR/ad/private/sam.ldb
PASSWORD='Passw0rd!123' LINK=v${NS: -10}
tool() { samba-tool "$@" -s "$CONF" >/dev/null; }

provision() {
	mkdir -p "$DIR"
	samba-tool domain provision --targetdir="$AD" --realm=LAB.TEST --domain=LAB --server-role=dc \
		--dns-backend=SAMBA_INTERNAL --host-name=dc1 --host-ip="$ADDRESS" --adminpass='Adm1n-Passw0rd!' >"$DIR/provision.log" 2>&1
	mkdir -p "$AD"/{cache,bind-dns} "$AD"/run/{ncalrpc,ntp_signd}
	chmod 750 "$AD/run/ntp_signd"
	# The generated file points outside DIR, so it is replaced. The socket of
	# winbindd cannot be moved; a private /run/samba takes it.
	cat >"$CONF" <<-CONF
		[global]
		netbios name = DC1
		realm = LAB.TEST
		workgroup = LAB
		server role = active directory domain controller
		binddns dir = $AD/bind-dns
		cache directory = $AD/cache
		lock directory = $AD
		state directory = $AD/state
		private dir = $AD/private
		pid directory = $AD/run
		ncalrpc dir = $AD/run/ncalrpc
		ntp signd socket directory = $AD/run/ntp_signd
		log level = 1 auth_audit:3
		interfaces = lo $ADDRESS/30
		bind interfaces only = yes
		dns forwarder =
		disable netbios = yes
		smb ports = 445
		rpc server dynamic port range = 49152-49200
		server services = rpc, ldap, cldap, kdc, drepl, winbindd, dns, s3fs, ntp_signd, kcc
		load printers = no
		printing = bsd
		printcap name = /dev/null
		ntlm auth = ntlmv2-only
		[sysvol]
		path = $AD/state/sysvol
		read only = no
	CONF
}

accounts() {
	tool domain passwordsettings set --account-lockout-threshold=3 --account-lockout-duration=600 \
		--reset-account-lockout-after=30 --min-pwd-age=0 --max-pwd-age=2 --history-length=0
	for u in good badpw locked disabled expired mustchange wksta hours pwexpired smartcard protected; do
		tool user create $u "$PASSWORD"
	done
	tool group addmembers 'Protected Users' protected
	for u in good badpw locked disabled expired wksta hours protected; do tool user setexpiry $u --noexpiry; done
	tool user disable disabled
	faketime '-3 days' samba-tool user setpassword pwexpired --newpassword="$PASSWORD" -s "$CONF" >/dev/null
	tool computer create winhost
	for s in host/winhost.lab.test RPCSS/winhost.lab.test cifs/winhost.lab.test; do tool spn add $s 'winhost$'; done
	# logonHours of 21 zero bytes: never. 262656: a normal account that needs a
	# smart card. 28: RC4 and both AES.
	ldbmodify -H "$DB" >/dev/null <<-LDIF
		dn: CN=expired,CN=Users,DC=lab,DC=test
		changetype: modify
		replace: accountExpires
		accountExpires: 131000000000000000

		dn: CN=mustchange,CN=Users,DC=lab,DC=test
		changetype: modify
		replace: pwdLastSet
		pwdLastSet: 0

		dn: CN=wksta,CN=Users,DC=lab,DC=test
		changetype: modify
		replace: userWorkstations
		userWorkstations: OTHERPC

		dn: CN=hours,CN=Users,DC=lab,DC=test
		changetype: modify
		replace: logonHours
		logonHours:: AAAAAAAAAAAAAAAAAAAAAAAAAAAA

		dn: CN=smartcard,CN=Users,DC=lab,DC=test
		changetype: modify
		replace: userAccountControl
		userAccountControl: 262656

		dn: CN=winhost,CN=Computers,DC=lab,DC=test
		changetype: modify
		replace: msDS-SupportedEncryptionTypes
		msDS-SupportedEncryptionTypes: 28
	LDIF
	tool user setpassword 'winhost$' --newpassword='Mach1ne-Secret!'
	tool domain exportkeytab "$DIR/host.keytab" --principal=RPCSS/winhost.lab.test
	tool domain exportkeytab "$DIR/good.keytab" --principal=good
}

network() {
	ip netns add "$NS"
	ip -n "$NS" link set lo up
	ip link add "$LINK" type veth peer name eth0 netns "$NS"
	ip -n "$NS" addr add "$ADDRESS/30" dev eth0
	ip -n "$NS" link set eth0 up
	ip addr add "$OURS/30" dev "$LINK"
	ip link set "$LINK" up
}

start() {
	setsid ip netns exec "$NS" sh -c "mkdir -p /run/samba && mount -t tmpfs tmpfs /run/samba &&
		exec samba -i -s '$CONF' --debug-stdout -M prefork" >"$DIR/samba.log" 2>&1 </dev/null &
	echo $! >"$DIR/samba.pid"
	for _ in $(seq 200); do
		if [[ $(ip netns exec "$NS" ss -Hltn "( sport = :88 or sport = :135 or sport = :445 )" | grep -c "$ADDRESS") = 3 ]]; then return; fi
		sleep 0.1
	done
	echo "samba did not come up: $(tail -3 "$DIR/samba.log")" >&2
	return 1
}

# Three wrong passwords lock an account. It comes last: a later change of the
# account would unlock it.
lock() {
	for _ in 1 2 3; do
		smbclient --configfile=/dev/null --use-kerberos=off -U 'LAB\locked%wrong' "//$ADDRESS/sysvol" -c q >/dev/null 2>&1 || true
	done
}

case $1 in
up)
	provision
	accounts
	network
	start
	lock
	;;
down)
	if [[ -f $DIR/samba.pid ]]; then
		pid=$(cat "$DIR/samba.pid")
		kill "$pid" 2>/dev/null || true
		for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
	fi
	ip link del "$LINK" 2>/dev/null || true
	ip netns del "$NS" 2>/dev/null || true
	;;
*)
	sed -n 2,5p "$0"
	exit 2
	;;
esac
