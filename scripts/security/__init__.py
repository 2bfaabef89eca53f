"""Planned graphs under the eyes of a scanner: checkov, which reads Terraform plans and not Pulumi programs.

    make security

Each finding is mended or has its reason in `exceptions.yaml`, which docs/security.md shows."""
