"""Each round adds to the log of every tenant, and once there is one tenant more."""

LEAK = "app.tenants[*].log"
TYPE = "app.Entry"


class Entry:
    pass


class Tenant:
    def __init__(self):
        self.log = []


tenants = {number: Tenant() for number in range(10)}
for tenant in tenants.values():
    tenant.log.extend(Entry() for _ in range(500))


def round(i):
    if i == 60:
        tenants[10] = Tenant()
    for tenant in tenants.values():
        tenant.log.append(Entry())
