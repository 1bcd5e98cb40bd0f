import java.nio.channels.*;

class Main {
    public static void main(String[] args) throws Exception {
        SocketChannel.open().connect(new java.net.InetSocketAddress("127.0.0.1", 80));
    }
}
