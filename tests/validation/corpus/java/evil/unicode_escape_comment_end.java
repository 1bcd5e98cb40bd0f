class Main {
    public static void main(String[] args) throws Exception {
        /* nothing here \u002a\u002f new ProcessBuilder("id").start(); /* end */
    }
}
