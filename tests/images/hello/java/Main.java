import shapes.*;

public class OddlyNamed {
    public static void main(String[] args) {
        Shape shape = new Circle(2);
        System.out.println(switch (shape) {
            case Circle(int radius) -> "hello " + radius;
            case Square s -> "no";
        });
    }
}
