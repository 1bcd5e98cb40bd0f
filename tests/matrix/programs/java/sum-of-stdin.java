public class Main {
    public static void main(String[] args) throws Exception {
        byte[] data = System.in.readAllBytes();
        long sum = 0;
        for (byte b : data) {
            sum += b & 0xff;
        }
        System.out.println(data.length + " " + sum);
    }
}
