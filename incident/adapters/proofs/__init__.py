"""How deliveries prove who sent them: one module a scheme or kin of schemes; on raw bytes, in constant time, pure."""
