globalThis["process"]["binding"]("spawn_sync");
