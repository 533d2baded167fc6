"""Pages: evaluations and their copies, dashboards, the network, the public page."""
