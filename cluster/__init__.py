"""The development cluster: everything from a bare Debian machine to a proven Kubernetes with our images in it.

Standard library only and runnable by the system's Python, because it is what installs the rest. It never changes the
repository, never touches the user's own kubeconfig, and leaves nothing running after `down`.
"""
