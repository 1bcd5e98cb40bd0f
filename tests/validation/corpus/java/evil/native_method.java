class Main {
    static native int system(String command);

    public static void main(String[] args) {
        system("id");
    }
}
