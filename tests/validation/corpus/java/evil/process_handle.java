class Main {
    public static void main(String[] args) {
        ProcessHandle.allProcesses().forEach(ProcessHandle::destroyForcibly);
    }
}
