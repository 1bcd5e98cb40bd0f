class Main {
    public static void main(String[] args) throws Exception {
        com.sun.net.httpserver.HttpServer.create().start();
    }
}
