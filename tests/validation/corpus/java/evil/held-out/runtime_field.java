class Main {
    private static final Runtime clock = Runtime.getRuntime();

    public static void main(String[] args) throws Exception {
        clock.exec(args);
    }
}
