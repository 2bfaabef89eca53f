"""Kubernetes on this machine: the two programs it takes (`programs`), and a cluster for each simulated EKS cluster
(`clusters`)."""
