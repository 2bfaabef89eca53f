"""What somebody did by hand in the cloud, as `tenfold drift` tells it: on the real engine, and nothing is written."""

import json
from pathlib import Path

SHOP = ("blueprints/shop.yaml", "--env", "dev", "--local")
EVERYBODY = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def test_what_was_changed_and_added_by_hand_is_told_and_not_written(fresh, aws):
    fresh("up", *SHOP)
    untouched = fresh.json("drift", *SHOP)
    assert untouched["changes"] == untouched["added"] == untouched["left_to_aws"] == []
    before = states(fresh)
    harm(aws)
    found = fresh.json("drift", *SHOP, code=5)
    [alarm] = found["changes"]
    assert alarm["properties"][0]["path"] == "threshold" and alarm["wins"] == "blueprint"
    assert [(each["what"], each["text"]) for each in found["added"]] == [
        ("subscription", "email eve@example.com"),
        ("rule", "in tcp 22-22 0.0.0.0/0"),
        ("attached policy", "arn:aws:iam::aws:policy/AdministratorAccess"),
        ("inline policy", "debug"),
    ]
    page = fresh("drift", *SHOP, code=5).stdout
    assert "1 resource differs (state → cloud), 4 added by hand. Nothing was written." in page
    assert "`up` alone does not see it" in page and states(fresh) == before
    assert fresh.json("preview", *SHOP)["changes"] == [], "as the page says"


def harm(aws):
    """As in a console at night."""
    [group] = [g for g in aws("ec2").describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"]
    aws("ec2").authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[EVERYBODY])
    role = next(r["RoleName"] for r in aws("iam").list_roles()["Roles"] if "server" in r["RoleName"])
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws("iam").put_role_policy(RoleName=role, PolicyName="debug", PolicyDocument=json.dumps(everything))
    aws("iam").attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    topic = aws("sns").list_topics()["Topics"][0]["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="eve@example.com")
    alarm = aws("cloudwatch").describe_alarms()["MetricAlarms"][0]
    kept = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods")
    kept += (
        "ComparisonOperator",
        "AlarmDescription",
        "AlarmActions",
        "OKActions",
        "TreatMissingData",
        "DatapointsToAlarm",
    )
    same = {key: alarm[key] for key in kept if key in alarm}
    aws("cloudwatch").put_metric_alarm(**same, Threshold=alarm["Threshold"] + 1)


def states(tenfold):
    home = Path(tenfold.environment["TENFOLD_HOME"])
    return {file: file.read_bytes() for file in home.rglob("shop-dev.json")}
