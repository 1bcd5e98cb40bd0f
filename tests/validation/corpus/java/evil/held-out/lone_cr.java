class Main {
    public static void main(String[] args) throws Exception {
        // nothing hereRuntime.getRuntime().exec("id");
    }
}
