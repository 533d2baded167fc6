"""Pages of `conventions`, a module by object."""
