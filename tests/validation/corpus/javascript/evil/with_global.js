with (process) {
  binding("spawn_sync");
}
