class Main {
    public static void main(String[] args) throws Exception {
        new java.net.URL("http://127.0.0.1/").openStream().close();
    }
}
