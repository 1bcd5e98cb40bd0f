import java.net.Socket;

class Main {
    public static void main(String[] args) throws Exception {
        new Socket("127.0.0.1", 80).close();
    }
}
