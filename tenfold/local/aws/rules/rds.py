"""Databases."""

from tenfold.local.aws import forms
from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known, is_false, is_true


def database(inputs: Inputs) -> Violations:
    bad: Violations = []
    if all_known(inputs, "backupWindow", "maintenanceWindow"):
        backup, maintenance = str(inputs["backupWindow"]), str(inputs["maintenanceWindow"])
        if forms.overlap(backup, maintenance):
            bad.append(("maintenanceWindow", f"{maintenance} overlaps backupWindow {backup}"))
    if all_known(inputs, "password") and len(str(inputs["password"])) < 8:
        bad.append(("password", "must have at least 8 characters"))
    if all_known(inputs, "allocatedStorage", "maxAllocatedStorage"):
        least, most = int(inputs["allocatedStorage"]), int(inputs["maxAllocatedStorage"])
        if 0 < most < least:
            bad.append(("maxAllocatedStorage", f"{most} is below allocatedStorage {least}"))
    if all_known(inputs, "allocatedStorage") and not 5 <= int(inputs["allocatedStorage"]) <= 65536:
        bad.append(("allocatedStorage", f"{inputs['allocatedStorage']} GiB is not between 5 and 65536"))
    if is_true(inputs, "multiAz") and inputs.get("availabilityZone"):
        bad.append(("availabilityZone", "cannot be chosen for a database in several zones (multiAz)"))
    if inputs.get("monitoringInterval") not in (None, 0, "0", UNKNOWN) and absent(inputs, "monitoringRoleArn"):
        bad.append(("monitoringRoleArn", "is needed for enhanced monitoring (monitoringInterval)"))
    if inputs.get("kmsKeyId") and inputs.get("engine") and is_false(inputs, "storageEncrypted"):
        bad.append(("storageEncrypted", "must be true where kmsKeyId is given"))
    return bad
