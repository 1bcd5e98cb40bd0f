"""codeexec: a Kubernetes operator that runs untrusted code and writes the verdict into the resource."""

__version__ = "0.1.0"
