class Main {
    public static void main(String[] args) {
        java.io.File f = new java.io.File("/etc/hosts");
        f.deleteOnExit();
        System.out.println(f.delete());
    }
}
