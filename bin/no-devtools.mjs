// Stands in for react-devtools-core, which a console on a bastion has no use for.
export default { initialize() {}, connectToDevTools() {} }
