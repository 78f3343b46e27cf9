"""Lets impacket make an activation request and read the answer to it.

argv: nothing - prints the request's OBJREF in hexadecimal digits.
argv: the stub of a RemoteCreateInstance response in hexadecimal digits - prints what impacket reads in it, as JSON.
"""
import json
import sys

from impacket.dcerpc.v5 import dcomrt
from impacket.dcerpc.v5.dcom import wmi
from impacket.uuid import bin_to_string


class Transport:
    def getRemoteHost(self):
        return "host"


class Connection:
    """Stands in for the connection: takes the request, gives the answer."""

    def bind(self, iid):
        pass

    def get_auth_type(self):
        return 10

    def get_rpc_transport(self):
        return Transport()

    def request(self, request):
        if len(sys.argv) < 2:
            print(bytes(request["pActProperties"]["abData"]).hex())
            sys.exit()
        answer = dcomrt.RemoteCreateInstanceResponse(bytes.fromhex(sys.argv[1]))
        if answer["ErrorCode"] != 0:
            print(json.dumps({"error": answer["ErrorCode"]}))
            sys.exit()
        return answer


dcomrt.DCOMConnection.addOid = classmethod(lambda cls, target, oid: None)
interface = dcomrt.IRemoteSCMActivator(Connection()).RemoteCreateInstance(wmi.CLSID_WbemLevel1Login, wmi.IID_IWbemLevel1Login)
print(json.dumps({
    "oxid": interface.get_oxid(),
    "oid": interface.get_oid(),
    "ipid": bin_to_string(interface.get_iPid()).lower(),
    "remunknown": bin_to_string(interface.get_ipidRemUnknown()).lower(),
    "bindings": [[b["wTowerId"], b["aNetworkAddr"].rstrip("\0")] for b in interface.get_cinstance().get_string_bindings()],
}))
