"""The emulator that runs, from its ready file."""

import json
import os

with open(os.environ["DOMICILE_READY_FILE"], encoding="utf-8") as ready_file:
    ready = json.load(ready_file)

resource = next(each for each in ready["resources"] if each["geography"] == "europe")
endpoint = resource["endpoint"]
connection_string = resource["connectionString"]
access_key = resource["accessKey"]
management = ready["management"]
entra = ready["entra"]
teams_user = ready["entraUsers"][0]
teams_scope = "https://auth.msft.communication.azure.com/.default"


def authority():
    """What a credential needs to sign in at the emulator's issuer."""
    return {"authority": entra["authorityHost"], "disable_instance_discovery": True}
