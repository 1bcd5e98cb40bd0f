abstract class Shape {
    abstract double area();

    protected abstract void exec(String... command) throws Exception;
}

class Main extends Shape {
    double area() {
        return 1;
    }

    protected void exec(String... command) {}

    public static void main(String[] args) {
        System.out.println(new Main().area());
    }
}
