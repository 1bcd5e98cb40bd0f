import java.rmi.registry.*;

class Main {
    public static void main(String[] args) throws Exception {
        LocateRegistry.getRegistry("127.0.0.1").list();
    }
}
