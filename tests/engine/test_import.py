"""A database that was made by hand becomes the stack's own, on the real engine: it is the same one afterwards, and
whatever would lose it is refused before anything is changed."""

from pathlib import Path

IMAGE = "ghcr.io/acme/shop:1.4.2"


def test_a_database_made_by_hand_is_taken_over_and_never_recreated(fresh, aws, tmp_path):
    before = made_by_hand(aws)
    found = fresh.json("import", "--account", "--local", "--name", "shop", "--image", IMAGE, "--to", str(tmp_path))
    assert found["stage"] == 2 and [one["id"] for one in found["takes"]] == ["legacy-subnets", "legacy"]
    file, imports = tmp_path / "shop.yaml", tmp_path / "shop.import.json"
    shop, text = (str(file), "--env", "prod", "--local"), file.read_text()

    file.write_text(text.replace("name: orders", "name: others"))
    told = fresh("up", *shop, "--import", str(imports), code=3).stderr
    assert "dbName orders → others replaces it" in told and "nothing was taken over" in " ".join(told.split())
    [state] = Path(fresh.environment["TENFOLD_HOME"]).rglob("stacks/**/shop-prod.json")
    assert database(aws) == before and "legacy" not in state.read_text()

    file.write_text(text)
    told = " ".join(fresh("up", *shop, "--import", str(imports)).stdout.split())
    assert "shop-database-primary gets a new password" in told
    assert "2 changed" in told and "replaced" not in told and "removed" not in told
    after = database(aws)
    same = ("DbiResourceId", "DBName", "MasterUsername", "KmsKeyId", "DBInstanceClass", "AllocatedStorage", "MultiAZ")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    groups = [{one["VpcSecurityGroupId"] for one in each["VpcSecurityGroups"]} for each in (before, after)]
    assert groups[0] < groups[1], "who was let in before is let in still"
    assert fresh.json("preview", *shop)["changes"] == []


def database(aws):
    [there] = aws("rds").describe_db_instances()["DBInstances"]
    return {key: value for key, value in there.items() if key != "LatestRestorableTime"}


def made_by_hand(aws):
    ec2, rds = aws("ec2"), aws("rds")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)

    def subnet(number, zone):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        return made["Subnet"]["SubnetId"]

    for number, zone in enumerate("ab"):
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet(number, zone))
    data = [subnet(number, zone) for number, zone in ((2, "a"), (3, "b"))]
    rds.create_db_subnet_group(DBSubnetGroupName="legacy-subnets", DBSubnetGroupDescription="by hand", SubnetIds=data)
    rds.create_db_instance(
        DBInstanceIdentifier="legacy",
        Engine="postgres",
        EngineVersion="17.4",
        DBInstanceClass="db.t4g.medium",
        AllocatedStorage=50,
        StorageType="gp3",
        StorageEncrypted=True,
        KmsKeyId=aws("kms").create_key()["KeyMetadata"]["Arn"],
        DBName="orders",
        MasterUsername="postgres",
        MasterUserPassword="chosen-by-hand",
        DBSubnetGroupName="legacy-subnets",
        VpcSecurityGroupIds=[ec2.create_security_group(GroupName="db", Description="by hand", VpcId=vpc)["GroupId"]],
        BackupRetentionPeriod=14,
        DeletionProtection=True,
    )
    return database(aws)
