console.log('ending');
