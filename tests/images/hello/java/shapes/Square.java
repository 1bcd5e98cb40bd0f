package shapes;

public record Square(int side) implements Shape {}
