import java.util.Map;

class Main {
    static int sum(int exec, int socket, int unsafe) {
        return exec + socket + unsafe;
    }

    public static void main(String[] args) {
        Map<String, Integer> runtime = Map.of("java.lang.Runtime", 1, "exec", 2);
        int process = runtime.get("exec");
        System.out.println(sum(process, 1, 2));
    }
}
