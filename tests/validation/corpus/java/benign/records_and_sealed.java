sealed interface Command permits Exec, Load {}

record Exec(String process, int runtime) implements Command {}

record Load(String library) implements Command {}

class Main {
    static String of(Command c) {
        if (c instanceof Exec e) return e.process() + e.runtime();
        return c instanceof Load l ? l.library() : "";
    }

    public static void main(String[] args) {
        System.out.println(of(new Exec("a", 1)) + of(new Load("b")));
    }
}
