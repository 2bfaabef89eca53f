"""A network and a database's security group that somebody has made, used by a stack and left when it goes."""

BLUEPRINT = """\
name: shop
stage: 2
throwaway: true
app: {{image: "ghcr.io/acme/shop:1.4.2", stateless: true}}
network:
  cidr: 10.8.0.0/16
  existing:
    vpc: {vpc}
    subnets: {{us-east-1a: {{public: {subnet}, database: {subnet_of_data}}}}}
database:
  existing:
    address: shop.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com
    secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf
    security_group: {group}
environments: {{dev: }}
"""


def test_what_is_there_is_used_and_left(fresh, aws, tmp_path):
    ec2, file = aws("ec2"), tmp_path / "shop.yaml"
    there = made_by_hand(ec2)
    file.write_text(BLUEPRINT.format(**there).replace("us-east-1a", "us-east-1b"))
    shop = (str(file), "--env", "dev", "--local")
    told = fresh("preview", *shop, code=1).stdout
    assert f"{there['vpc']} has DNS support or DNS hostnames off; both are needed" in told
    assert f"{there['subnet']} is in us-east-1a, not in us-east-1b" in told
    file.write_text(BLUEPRINT.format(**there))
    ec2.modify_vpc_attribute(VpcId=there["vpc"], EnableDnsHostnames={"Value": True})
    fresh("up", *shop)
    [server] = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert (server["VpcId"], server["SubnetId"]) == (there["vpc"], there["subnet"])
    [rule] = ingress(ec2, there["group"])
    [own] = server["SecurityGroups"]
    assert rule["FromPort"] == 5432 and rule["UserIdGroupPairs"][0]["GroupId"] == own["GroupId"]
    fresh("destroy", *shop, "--yes")
    assert ec2.describe_subnets(SubnetIds=[there["subnet"]])["Subnets"][0]["VpcId"] == there["vpc"]
    assert ingress(ec2, there["group"]) == []


def made_by_hand(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
        for cidr in ("10.8.0.0/24", "10.8.1.0/24")
    ]
    group = ec2.create_security_group(GroupName="db", Description="of the database", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnet": subnets[0], "subnet_of_data": subnets[1], "group": group}


def ingress(ec2, group):
    return ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
