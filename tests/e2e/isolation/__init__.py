"""NetworkPolicies that are enforced: the node's own network lets every pod reach every other one."""
