import java.util.List;

class Main {
    public static void main(String[] args) throws Exception {
        new ProcessBuilder(List.of("id")).inheritIO().start();
    }
}
