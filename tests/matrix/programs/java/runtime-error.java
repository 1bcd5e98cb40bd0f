public class Main {
    static int inner(int[] numbers) {
        return numbers[numbers.length];
    }

    static int outer(int[] numbers) {
        return inner(numbers);
    }

    public static void main(String[] args) {
        System.out.println("begun");
        outer(new int[] {1, 2, 3});
    }
}
