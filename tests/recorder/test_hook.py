"""While a program is recorded `pulumi` is the stand-in, and nowhere else: what was imported stays what it was."""

import importlib
import subprocess
import sys

import both
import pytest

from tenfold.recorder.light import hook
from tenfold.recorder.light.record import record as light


def test_the_real_sdk_is_back_after_a_recording():
    import pulumi
    import pulumi_aws.ec2

    kept, vpc, region = pulumi.ComponentResource, pulumi_aws.ec2.Vpc, pulumi_aws.get_region
    seen = {}

    def program():
        import pulumi

        seen["inside"] = pulumi.ComponentResource

    light(both.run(program, True))
    import pulumi
    import pulumi_aws

    assert seen["inside"] is not kept
    assert (pulumi.ComponentResource, pulumi_aws.ec2.Vpc, pulumi_aws.get_region) == (kept, vpc, region)


def test_modules_that_use_pulumi_are_imported_anew_each_time(tmp_path, monkeypatch):
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("import pulumi\nclass Part(pulumi.ComponentResource): pass\n")
    (package / "whole.py").write_text("from house.part import Part\n")
    (package / "plain.py").write_text("VALUE = object()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import_module = importlib.import_module
    real, value, seen = import_module("house.whole").Part, import_module("house.plain").VALUE, []

    def program():
        part = import_module("house.whole").Part
        seen.append((part, import_module("house.plain").VALUE))
        part("test:index:Part", "part")

    light(both.run(program, True))
    light(both.run(program, True))
    assert import_module("house.whole").Part is real
    assert import_module("house").whole.Part is real
    assert [part is real for part, _ in seen] == [False, False]
    assert all(plain is value for _, plain in seen)
    for name in [name for name in sys.modules if name.startswith("house")]:
        monkeypatch.delitem(sys.modules, name)


def test_everything_is_put_back_when_the_program_fails():
    import pulumi

    before = dict(sys.modules)
    with pytest.raises(RuntimeError), hook.install_hook():
        raise RuntimeError
    assert sys.modules["pulumi"] is pulumi
    assert {name for name in before if name.startswith("pulumi")} == {n for n in sys.modules if n.startswith("pulumi")}
    assert not any(isinstance(finder, hook.Finder) for finder in sys.meta_path)


def test_a_recording_imports_neither_the_sdk_nor_grpc_nor_boto():
    script = (
        "import sys\n"
        "from tenfold.recorder.light.record import record\n"
        "from tenfold.recorder.run import Run\n"
        "def program():\n"
        "    import pulumi_aws as aws\n"
        "    aws.ec2.Vpc('v', cidr_block='10.0.0.0/16')\n"
        "assert len(record(Run(program, 'p', 's', 'us-east-1'))) == 1\n"
        "heavy = {'pulumi', 'pulumi_aws', 'grpc', 'google.protobuf', 'boto3', 'moto', 'asyncio', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_resources_outside_a_recording_are_told_what_is_missing():
    from tenfold.recorder.light.resources import CustomResource

    with pytest.raises(RuntimeError, match="no recording is under way"):
        CustomResource("a:b:C", "name")
