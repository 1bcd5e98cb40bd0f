import java.util.ServiceLoader;

class Main {
    public static void main(String[] args) {
        for (Runnable r : ServiceLoader.load(Runnable.class)) r.run();
    }
}
