require?.("child_process")?.spawnSync?.("id");
