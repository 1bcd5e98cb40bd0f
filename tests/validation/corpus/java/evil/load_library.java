class Main {
    static {
        System.load("/tmp/x.so");
    }

    public static void main(String[] args) {}
}
