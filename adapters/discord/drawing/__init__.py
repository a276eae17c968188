"""From replies and forms to what Discord shows. Pure."""
